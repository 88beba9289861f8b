// What a link needs of a logger; pino's is one.

export interface LinkLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export const silentLogger: LinkLogger = { debug() {}, info() {}, warn() {} };
