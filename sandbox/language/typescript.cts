import ts = require("typescript");

// The compiler comes in by require: Node would otherwise search its nine megabytes for export names before running them,
// half a second in every command and service.
export = ts;
