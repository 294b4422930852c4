/// Holds what the API answers against documents that describe it.
///
/// In: one answer, with the method and path that were asked. Out: an assertion error that says what is
/// wrong with it. Holds: the documents, read once.
@NullMarked
package dev.selvage.control.contract;

import org.jspecify.annotations.NullMarked;
