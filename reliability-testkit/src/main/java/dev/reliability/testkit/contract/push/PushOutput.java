package dev.reliability.testkit.contract.push;

/** What a push prints in a try of PUSH-4. */
enum PushOutput {
    SILENT(false, true),
    JSON(true, false),
    JSON_SILENT(true, true);

    private final boolean json;
    private final boolean silent;

    PushOutput(boolean json, boolean silent) {
        this.json = json;
        this.silent = silent;
    }

    boolean isJson() {
        return json;
    }

    boolean isSilent() {
        return silent;
    }
}
