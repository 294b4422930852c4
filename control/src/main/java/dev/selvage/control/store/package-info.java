/// The management store of one machine: an SQLite database, its migrations, and transactions on it.
///
/// * **In:** work that reads or writes rows.
/// * **Out:** the work's result, once what it wrote is on disk.
/// * **Holds:** one writer at a time; a reader sees one consistent state; works that wait together
///   share a commit, and one that throws undoes only its own; what is answered is on disk; a database
///   of a newer version is refused untouched.
@NullMarked
package dev.selvage.control.store;

import org.jspecify.annotations.NullMarked;
