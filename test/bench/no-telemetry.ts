// Imported before anything that loads ONNX Runtime, whose official builds report use to their maker unless told otherwise. The
// processes that a run starts inherit it.
process.env.ORT_DISABLE_TELEMETRY = '1';
