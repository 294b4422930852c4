/// Events and answers.
///
/// * **In:** [dev.selvage.model.event.TrafficBatch]es from edges; GraphQL queries over HTTP.
/// * **Out:** exact totals, drill-downs that are exact while small and estimates when large, each answer saying which.
/// * **Holds:** taking a batch never blocks its event loop; a total is never an estimate; nothing is lost silently.
@NullMarked
package dev.selvage.analytics;

import org.jspecify.annotations.NullMarked;
