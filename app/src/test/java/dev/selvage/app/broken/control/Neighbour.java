package dev.selvage.app.broken.control;

public record Neighbour(String name) {}
