/// The description of the API in OpenAPI 3.1.
///
/// * **In:** a YAML file per resource, which says of each operation only what is its own: `query` (its
///   parameters by name), `body` and `result`, `list` or `page` (schemas, by name or written out),
///   `permission`, `errors` by code, `addition` where the operation is ours. Parameters of the path, the
///   envelope and the media types are added here.
/// * **Out:** `GET /openapi.json`, for anybody.
/// * **Holds:** tests compare it with the routes and with every answer of the other tests, so that it
///   says what is there.
@NullMarked
package dev.selvage.control.openapi;

import org.jspecify.annotations.NullMarked;
