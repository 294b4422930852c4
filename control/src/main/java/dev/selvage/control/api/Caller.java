package dev.selvage.control.api;

/// Who calls, and what he may do.
public interface Caller {
    /// Names the caller for rate limits and the audit log; never the secret.
    Actor actor();

    /// True for who runs the installation: he may do everything, everywhere.
    boolean operator();

    /// True when the caller may do this there.
    boolean may(Permission permission, Place place);

    /// Where the caller may do this.
    Reach reach(Permission permission);

    /// Who did something.
    ///
    /// @param id of the token, the user or the part of the program
    /// @param type `user`, `token`, `account_token` or `system`
    /// @param email of the user behind it; empty for none
    /// @param address IP address; empty for none
    record Actor(String id, String type, String email, String address) {}

    /// The program itself, at its start.
    Caller SYSTEM = new Caller() {
        @Override
        public Actor actor() {
            return new Actor("selvage", "system", "", "");
        }

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
    };
}
