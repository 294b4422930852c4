/// The API as the official SDK uses it.
///
/// * **In:** the script in `acceptance/sdk`, with the npm package `cloudflare` that its lock file pins.
/// * **Out:** one named test per step of its walk through every operation.
/// * **Holds:** the script knows of nothing but what the SDK documents.
@NullMarked
package dev.selvage.acceptance.sdk;

import org.jspecify.annotations.NullMarked;
