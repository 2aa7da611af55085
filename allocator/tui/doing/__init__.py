"""What can be done on every screen, an object for each matter; `FairheapApp.perform` looks their methods up."""
