package dev.selvage.edge.cache;

import dev.selvage.edge.coding.Coding;

/// A body in a content coding: what the edge compressed it to, or is compressing it to.
///
/// Its bytes are a [Body] of their own, which is read like any other. A form that is kept lives as long
/// as the body that it is a form of.
public final class Form {
    private final Coding coding;
    private final Body body;
    private volatile boolean useless;

    public Form(Coding coding, Body body) {
        this.coding = coding;
        this.body = body;
    }

    public Coding coding() {
        return coding;
    }

    public Body body() {
        return body;
    }

    /// True when it can be read whole, without joining.
    public boolean complete() {
        return !useless && body.state() == Body.State.COMPLETE;
    }

    /// True when it turned out no smaller than what it is a form of: not to be used again.
    public boolean useless() {
        return useless;
    }

    /// Says that it is no smaller. Its bytes go when the last reader of them has gone.
    public void tooLarge() {
        useless = true;
        body.release();
    }

    /// Joins one that may still be growing; false when it is too late for that.
    public boolean join(Object reader) {
        if (useless || !body.tryRetain()) {
            return false;
        }
        body.join(reader);
        // Looked at after joining: a body that turns windowed after this keeps everything for those who joined.
        if (body.windowed() || body.state() == Body.State.BROKEN) {
            body.leave(reader);
            body.release();
            return false;
        }
        return true;
    }

    void drop() {
        if (!useless) {
            body.release();
        }
    }

    long memory() {
        return complete() ? body.memory() + 128 : 0;
    }
}
