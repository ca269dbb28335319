export { registerDatasetCommands } from "./dataset-commands.js";
