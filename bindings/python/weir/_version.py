"""Of the package: that of the library which it comes with."""

version = "0.1.0"
