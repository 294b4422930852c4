/// Content codings: who accepts which, what is worth compressing, and how it is done.
///
/// * **In:** `Accept-Encoding` fields, heads of responses, bytes of bodies.
/// * **Out:** the coding to use, or none; compressed bytes.
/// * **Holds:** nothing is ever decompressed; what has a coding already is never given another one; a
///   coding whose library does not load on this machine is not offered.
@NullMarked
package dev.selvage.edge.coding;

import org.jspecify.annotations.NullMarked;
