"""What is measured, each beside a yardstick in the same run; ratios count, milliseconds belong to the machine."""
