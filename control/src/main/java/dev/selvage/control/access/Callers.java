package dev.selvage.control.access;

import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Place;
import dev.selvage.control.api.Reach;

/// The kinds of callers that credentials name.
sealed interface Callers extends Caller {
    /// Who runs the installation: by the admin token or his key.
    record Operator(Actor actor) implements Callers {
        @Override
        public boolean operator() {
            return true;
        }

        @Override
        public boolean may(Permission permission, Place place) {
            return true;
        }

        @Override
        public Reach reach(Permission permission) {
            return Reach.EVERYWHERE;
        }
    }

    /// Who holds a token.
    record Holder(Token token, Policies rights, Actor actor) implements Callers {
        @Override
        public boolean operator() {
            return false;
        }

        @Override
        public boolean may(Permission permission, Place place) {
            return rights.allow(permission, place);
        }

        @Override
        public Reach reach(Permission permission) {
            return rights.reach(permission);
        }
    }
}
