"""The demo: four pilots that show every flag, loaded through the same actions as everybody's. Labelled demo everywhere."""
