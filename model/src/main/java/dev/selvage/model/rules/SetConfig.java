package dev.selvage.model.rules;

import dev.selvage.model.zone.SslMode;
import org.jspecify.annotations.Nullable;

/// Settings of the zone that are others for some requests (phase `http_config_settings`). Null says
/// nothing.
///
/// @param ssl how the origin is reached
public record SetConfig(@Nullable SslMode ssl) {}
