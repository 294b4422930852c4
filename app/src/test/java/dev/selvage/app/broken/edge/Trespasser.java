package dev.selvage.app.broken.edge;

import dev.selvage.app.broken.control.Neighbour;

/// Imports another plane.
record Trespasser(Neighbour neighbour) {}
