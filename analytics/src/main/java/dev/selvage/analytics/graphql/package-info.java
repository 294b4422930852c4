/// The GraphQL API: HTTP and GraphQL in, [dev.selvage.analytics.query.Question]s out.
///
/// * **In:** `POST /client/v4/graphql` with a bearer token.
/// * **Out:** the API's answers and errors, in its words.
/// * **Holds:** text, depth, fields, variables and time of a query are bounded. A zone that the caller may not read is
/// answered like one that does not exist. Any failed dataset fails the whole answer. No answer shows a stack trace.
@NullMarked
package dev.selvage.analytics.graphql;

import org.jspecify.annotations.NullMarked;
