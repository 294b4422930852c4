/// Tests of the GraphQL endpoint.
@NullMarked
package dev.selvage.analytics.graphql;

import org.jspecify.annotations.NullMarked;
