package dev.selvage.edge.request;

/// The life of a request, top to bottom.
enum Phase implements Next {
    ADMIT,
    SCREEN,
    ROUTE,
    LOOKUP,
    FETCH,
    DELIVER,
    RECORD,
    DONE
}
