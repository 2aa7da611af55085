"""Every form that a dump comes in, and everything that is no dump."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from allocator.core.errors import SnapshotError
from allocator.formats.kubernetes import KubernetesOptions, read_kubernetes
from allocator.formats.kubernetes.json_objects import json_objects
from allocator.formats.kubernetes.yaml_objects import yaml_objects
from allocator.formats.sources import TextSource
from tests.formats.kubernetes.cluster import Importer, as_stdin, controller, counts, listed, namespace, node, pod, quota

CLUSTER = (node(), pod("a", memory="1Gi"), pod("b", on=None), quota("web", {"requests.cpu": "4"}))
LISTED = listed(*CLUSTER)


def bare(one: dict[str, Any]) -> dict[str, Any]:
    """The object as an item of a typed list of the API: neither kind nor version."""
    return {key: value for key, value in one.items() if key not in ("kind", "apiVersion")}


def typed(kind: str, *objects: dict[str, Any]) -> dict[str, Any]:
    """A PodList and the like, kind first as the API writes it."""
    return {"kind": kind, "apiVersion": "v1", "metadata": {}, "items": [bare(one) for one in objects]}


def of(*values: Any, separator: str = "\n") -> bytes:
    """JSON documents one after the other."""
    return separator.join(json.dumps(value) for value in values).encode()


LISTS = (typed("NodeList", CLUSTER[0]), typed("PodList", *CLUSTER[1:3]), typed("ResourceQuotaList", CLUSTER[3]))

FORMS = {
    "kubectl list": LISTED,
    "lists of the API": of(*LISTS),
    "nothing between documents": of(*LISTS, separator=""),
    "one object a line": of(*CLUSTER),
    "a bare array": of(list(CLUSTER)),
    "no kinds anywhere": of([bare(one) for one in CLUSTER]),
    "kind after the items": of({"items": [bare(one) for one in CLUSTER], "kind": "List"}),
    "lists in a list": of({"kind": "List", "items": list(LISTS)}),
    "byte order mark": b"\xef\xbb\xbf" + LISTED,
    "UTF-16 as PowerShell has it": LISTED.decode().encode("utf-16"),
    "UTF-16 without a mark": LISTED.decode().encode("utf-16-le"),
    "big-endian UTF-16": LISTED.decode().encode("utf-16-be"),
    "gzip": gzip.compress(LISTED),
    "empty lists beside it": of({"kind": "JobList", "items": None}, {"kind": "List", "items": []}, *LISTS),
    "blank before and after": b"\n\n  " + LISTED + b"\n\n",
    "Windows line ends": LISTED.replace(b"\n", b"\r\n"),
    "yaml list": yaml.safe_dump({"apiVersion": "v1", "items": list(CLUSTER), "kind": "List"}).encode(),
    "yaml documents": yaml.safe_dump_all(CLUSTER, explicit_start=True).encode(),
    "yaml lists of the API": yaml.safe_dump_all(LISTS).encode(),
    "yaml sequence": yaml.safe_dump(list(CLUSTER)).encode(),
    "yaml in UTF-16": yaml.safe_dump_all(CLUSTER).encode("utf-16"),
    "yaml after a comment": b"# saved on Monday\n---\n" + yaml.safe_dump({"items": list(CLUSTER)}).encode() + b"---\n",
    "yaml with flow objects": b"---\n" + LISTED,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_reads_alike(importer: Importer, form: str) -> None:
    """One cluster in any dress is the same scenario."""
    result = importer.read(FORMS[form])
    assert result.scenario == importer.read(LISTED).scenario
    assert counts(result) == {"web": (1, 2)}
    assert result.scenario.tenants[0].limit == {"cpu": 4000}


def test_yaml_without_the_c_library(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML was built without libyaml its own parser reads the same."""
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert importer.read(FORMS["yaml list"]).scenario == importer.read(LISTED).scenario
    assert "the alias *a" in importer.refusal(LAUGHS.encode())


def raws(data: bytes, reader: Any) -> list[Any]:
    """What a reader yields of `data`, which comes a byte at a time."""

    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(1 if size else 0)

    return [raw.value for raw in reader(TextSource("drip", Dripping(data)))]


class TestParts:
    """Where the parts of a file end changes nothing."""

    def test_json_a_byte_at_a_time(self) -> None:
        """Numbers, words and letters of several bytes come out whole."""
        values = [{"a": 12345}, {"b": [1.5e3, True, "é\n\u20ac"]}, {"items": [1234, -5, None, "x", {}]}, {"c": 678}]
        assert raws(of(*values), json_objects) == [*values[:2], 1234, -5, None, "x", {}, {"c": 678}]

    def test_yaml_a_byte_at_a_time(self) -> None:
        """What is in quotes or tagged stays text; plain words are what they mean."""
        text = "a: 1\nb: '1'\nc: true\nd: \"true\"\ne: !!str 1\nf: 0x1F\ng: ~\nh: 1e3\ni: |\n  1\n1: k\n? [a]\n: l\n"
        (value,) = raws(text.encode(), yaml_objects)
        assert value == {
            "a": 1, "b": "1", "c": True, "d": "true", "e": "1", "f": "0x1F", "g": None, "h": "1e3", "i": "1\n",
            "1": "k", "?": "l",
        }  # fmt: skip

    def test_memory_is_that_of_an_object_and_not_of_the_file(self) -> None:
        """Twenty megabytes of pods pass through in less than four."""
        item = json.dumps(pod("a", metadata={"annotations": {"filler": "x" * 9000}})).encode() + b","
        parts = iter([b'{"items": [', *[item] * 2000, b"{}]}"])

        class Pouring(io.RawIOBase):
            def read(self, size: int = -1, /) -> bytes:
                return next(parts, b"")

        tracemalloc.start()
        try:
            count = sum(1 for _ in json_objects(TextSource("poured", Pouring())))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert count == 2001
        assert peak < 4 << 20


class TestSources:
    """Files, standard input, several of them."""

    def test_several_files_are_one_cluster(self, tmp_path: Path) -> None:
        """Nodes in one, pods in another; an object that is in both counts once."""
        (tmp_path / "a").write_bytes(listed(*CLUSTER[:2]))
        (tmp_path / "b").write_bytes(listed(*CLUSTER[1:]))
        seen: list[int] = []
        result = read_kubernetes([str(tmp_path / "a"), str(tmp_path / "b")], KubernetesOptions(), seen.append)
        assert counts(result) == {"web": (1, 2)}
        assert "1 there twice" in result.summary[0]
        assert seen == sorted(seen)
        assert seen[-1] == sum(path.stat().st_size for path in tmp_path.iterdir())

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """`-` reads bytes, so that gzip works there too."""
        as_stdin(monkeypatch, gzip.compress(LISTED))
        assert counts(read_kubernetes(["-"], KubernetesOptions())) == {"web": (1, 2)}

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        """The path and the reason."""
        with pytest.raises(SnapshotError, match="nowhere: cannot be read: No such file"):
            read_kubernetes([str(tmp_path / "nowhere")], KubernetesOptions())
        with pytest.raises(SnapshotError, match="cannot be read: Is a directory"):
            read_kubernetes([str(tmp_path)], KubernetesOptions())
        with pytest.raises(SnapshotError, match="no file was named"):
            read_kubernetes([], KubernetesOptions())

    def test_a_long_list_is_read_in_parts(self, importer: Importer) -> None:
        """Objects that straddle the parts in which a file is read come out whole."""
        pods = [pod(f"p{index}", metadata={"annotations": {"filler": "é" * 900}}) for index in range(600)]
        assert counts(importer.of(node(), *pods)) == {"web": (600, 600)}


class TestShapes:
    """Items without a kind in a list without one are told by their shape."""

    def test_controllers(self, importer: Importer) -> None:
        """Each kind of controller adds what it lacks, and a Deployment nothing."""
        selector = {"matchLabels": {"a": "b"}}
        objects = [
            node(),
            pod("a"),
            controller("ReplicaSet", "rs", replicas=1, selector=selector),
            controller("ReplicationController", "rc", replicas=10, selector={"a": "b"}),
            controller("StatefulSet", "ss", replicas=100, selector=selector, serviceName="s"),
            controller("Job", "j", parallelism=1000, completions=1000, selector=selector),
            controller("ReplicaSet", "deployment", replicas=10_000, selector=selector, strategy={}),
            controller("ReplicaSet", "daemons", selector=selector, updateStrategy={}),
        ]
        result = importer.read(of([bare(one) for one in objects]))
        assert counts(result)["web"] == (1, 1112)

    def test_namespaces(self, importer: Importer) -> None:
        """A namespace says only its phase."""
        space = bare(namespace("web", team="blue")) | {
            "spec": {"finalizers": ["kubernetes"]},
            "status": {"phase": "Active"},
        }
        result = importer.read(of([bare(node()), bare(pod("a")), space]), tenant="label:team")
        assert counts(result) == {"blue": (1, 1)}


def zipped() -> bytes:
    """A zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("nodes.json", LISTED)
    return buffer.getvalue()


LAUGHS = "a: &a [x,x]\n" + "".join(f"{b}: &{b} [*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
TABLE = (
    b"NAMESPACE     NAME    READY   STATUS    RESTARTS   AGE\nkube-system   dns-1   1/1     Running   0          9d\n"
)

REFUSED = {
    "empty": (b"", "found nothing: the file is empty"),
    "blank": (b" \n\n\t\n", "found nothing"),
    "html": (b"<!DOCTYPE html><html>", "dump:1: found HTML or XML (a log-in page?)"),
    "table": (TABLE, "the table that `kubectl get` prints for people: add -o json"),
    "short table": (b"NAME   STATUS\nn1     Ready\n", "the table that `kubectl get` prints"),
    "forbidden": (b'Error from server (Forbidden): nodes is forbidden\n', "a message of kubectl: 'Error from server"),
    "unreachable": (b"Unable to connect to the server: EOF", "a message of kubectl"),
    "nothing found": (b"No resources found\n", "a message of kubectl"),
    "Table": (of({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "rows": []}), "found a Table"),
    "kubeconfig": (b"apiVersion: v1\nkind: Config\nclusters: []\n", "found a kubeconfig"),
    "api error": (of({"kind": "Status", "status": "Failure", "message": "no"}), "an error of the API server: 'no'"),
    "words": (b"hello there\n", "dump:1: found 'hello there', which is no object"),
    "a number": (b"12\n", "found 12, which is no object"),
    "a JSON string": (b'"pods"', "found 'pods', which is no object"),
    "items of words": (of({"kind": "List", "items": ["a"]}), "dump:1: items[0]: found 'a', which is no object"),
    "zip": (zipped(), "found a binary file"),
    "noise": (bytes(range(1, 256)) * 9, "neither JSON nor YAML"),
    "empty list": (of({"kind": "List", "items": []}), "found no object at all (an empty list), but no node"),
    "only deployments": (of({"kind": "Deployment", "apiVersion": "apps/v1"}), "found 1 Deployment, but no node"),
    "something else": (of({"users": 3}), "found 1 of no kind, but no node"),
    "truncated": (LISTED[: LISTED.index(b'"b"')], "it is truncated"),
    "truncated between items": (LISTED[: LISTED.index(b"},\n        {") + 2], "ends too early: it is truncated"),
    "truncated after the items": (LISTED[:-30], "truncated"),
    "truncated gzip": (gzip.compress(LISTED)[:-40], "the gzip file ends too early"),
    "damaged gzip": (gzip.compress(LISTED)[:60] + b"\xff" * 99, "the gzip file is damaged"),
    "a second list cut off": (LISTED + b'{"kind": "List", "items": [', "truncated"),
    "single quotes": (b"{'kind': 'List'}", "dump:1: found \"{'kind': 'List'}\"" [:8]),
    "a comma too many": (b'{"items": [{},]}', "found ']}' after a comma"),
    "a comma too few": (b'{"items": [{}\n{}]}', "dump:2: found '{}]}', expected a comma or ']'"),
    "no colon": (b'{"items" [{}]}', "expected a colon after 'items'"),
    "logs between": (LISTED + b"==== START logs for container", "use its --output-directory"),
    "deep": (b'{"items": [' + b"[" * 200_000, "nested too deeply"),
    "deep objects": (b'{"a":' * 200_000, "nested too deeply"),
    "deep yaml": (b"---\na: " + b"[" * 200_000, "nested too deeply"),
    "long number": (b'{"items": [{"a": ' + b"9" * 9999 + b"}]}", "a number with too many digits"),
    "laughs": (LAUGHS.encode(), "the alias *a: write out what it stands for"),
    "python object": (b"!!python/object/apply:os.system ['true']\n", "[0]: found 'true', which is no object"),
    "tabs": (b"kind: List\nitems:\n\t- a\n", "dump:3: neither JSON nor YAML"),
    "pod without containers": (listed(node(), {"kind": "Pod", "metadata": {"name": "p"}}), "(Pod p): spec.containers"),
    "nameless node": (listed({"kind": "Node", "status": {"allocatable": {"cpu": 1}}}), "metadata.name"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_dump_is_refused_with_what_was_found(importer: Importer, what: str) -> None:
    """Never an empty cluster, never another exception."""
    data, said = REFUSED[what]
    assert said in importer.refusal(data)


def test_every_faulty_amount_is_reported_with_its_line(importer: Importer) -> None:
    """All at once, with the item, the object and the line that it begins on."""
    data = listed(node(allocatable={"cpu": "lots"}), pod("a", cpu="-1"), pod("b", cpu="1 core"))
    with pytest.raises(SnapshotError) as caught:
        importer.read(data)
    faults = caught.value.faults
    assert [fault.place for fault in faults] == ["items[0] (Node n1)", "items[1] (Pod a)", "items[2] (Pod b)"]
    lines = data.decode().splitlines()
    assert all(fault.line is not None and lines[fault.line - 1] == "        {" for fault in faults)
    assert "status.allocatable: cpu: found 'lots'" in str(faults[0])


def test_amounts_that_add_up_to_absurdity_are_refused(importer: Importer) -> None:
    """2^62 is the most of anything, in all that is wanted together."""
    replicas = controller("ReplicaSet", "r", replicas=2**31)
    replicas["spec"]["template"]["spec"]["containers"][0]["resources"] = {"requests": {"memory": "4Ti"}}
    assert "the requests of memory together are above 2^62" in importer.refusal(listed(node(), pod("a"), replicas))


def test_an_object_beyond_any_size_is_refused(importer: Importer) -> None:
    """Memory is bounded by one object, and an object by what Kubernetes could store."""
    huge = b'{"items": [{"kind": "Secret", "data": {"a": "' + b"x" * (18 << 20)
    assert "more than 16 MiB" in importer.refusal(huge)
    assert "more than 16 MiB" in importer.refusal(b"---\nitems:\n- data:\n" + b"  - xxxxxxxxxxxxxxxx\n" * (1 << 20))
