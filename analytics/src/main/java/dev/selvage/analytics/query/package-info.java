/// Questions to the store: planned, compiled to SQL with bound values, answered within a time.
///
/// * **In:** a [Question]: dataset, zones, selected fields, filter, order, limit.
/// * **Out:** groups as maps by the API's field names, whether they are exact, and how many stored rows they took.
/// * **Holds:** nothing a caller wrote becomes SQL text. A question that exact counters can answer is answered from
/// them;
/// any other from rows by weight (Horvitz-Thompson). Equal questions over equal rows get equal answers.
@NullMarked
package dev.selvage.analytics.query;

import org.jspecify.annotations.NullMarked;
