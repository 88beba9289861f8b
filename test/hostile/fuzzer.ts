// Requests that no honest device sends, made from the OpenAPI document of the console itself: each is drawn by a seeded chance.
import type { Chance } from '../crash/seeded-random.ts';

/** One request as it goes over the wire. `raw`: the whole of it, where it is no HTTP that a client would write. */
export interface HostileRequest {
  /** What is wrong with it, for the report. */
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly raw?: Buffer;
}

export interface Device {
  readonly deviceId: string;
  readonly token: string;
}

interface Property {
  readonly type?: string | readonly string[];
  readonly pattern?: string;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, unknown>>;
  readonly components: { readonly schemas: { readonly Reading: { readonly properties: Readonly<Record<string, Property>> } } };
}

type Draw = (chance: Chance) => HostileRequest;

const JSON_TYPE = 'application/json';
const NOT_NUMBERS = ['"97"', 'true', 'null', '[]', '{}', '[[[97]]]', '{"value":97}', '"\\u0000"', '"\\ud800"'];
const NUMBERS = [
  '1e400',
  '-1e400',
  '1e308',
  '1e-400',
  '-0',
  '0',
  '9007199254740993',
  '123456789012345678901234567890',
  `1${'0'.repeat(5_000)}`,
  `0.${'0'.repeat(5_000)}1`,
  '4294967296',
  '-2147483649',
];
const TIMES = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+23:59',
  '1969-12-31T23:59:59.999Z',
  '1999-12-31T23:59:59Z',
  '2016-12-31T23:59:60Z',
  '2025-06-30T23:59:60Z',
  '9999-12-31T23:59:59.999999999Z',
  '9999-12-31T23:59:59-23:59',
  '2025-02-30T00:00:00Z',
  '2025-04-14T10:45:00',
  '2025-04-14',
  '1744627500000',
  '2025-04-14T10:45:00.1234567890Z',
  '２０２５-04-14T10:45:00Z',
  `2025-04-14T10:45:00${'0'.repeat(10_000)}Z`,
];
const PATHS = [
  '/api/healthdata/',
  '/api/healthdata?x=1&x[]=2&__proto__[a]=b',
  '/api/',
  '/api/%00',
  '/api/..%2f..%2fetc%2fpasswd',
  '/api/%E0%A4%A',
  '/%',
  '//api//healthdata',
  '/api/openapi.json',
  '/healthz',
  '/console',
  '/assets/../../package.json',
  `/${'a'.repeat(8_000)}`,
];

export class Fuzzer {
  readonly #fields: readonly string[];
  readonly #vitals: readonly string[];
  readonly #chance: Chance;
  readonly #devices: readonly Device[];
  readonly #draws: readonly Draw[];
  /** Who sends the next request. */
  #device: Device;
  #nextMs: number;

  constructor(document: OpenApi, chance: Chance, devices: readonly Device[]) {
    const { properties } = document.components.schemas.Reading;
    this.#fields = Object.keys(properties);
    this.#vitals = this.#fields.filter((field) => properties[field]?.type?.includes('number') ?? false);
    if (this.#vitals.length === 0 || !('/api/healthdata' in document.paths))
      throw new Error('the document describes no readings');
    this.#chance = chance;
    this.#devices = devices;
    this.#device = this.#pick(devices);
    this.#nextMs = Date.now() - 3_600_000;
    this.#draws = [
      () => this.#json('valid', this.#reading()),
      () => this.#json('number', this.#with(this.#pick(this.#vitals), this.#pick(NUMBERS))),
      () => this.#json('wrong type', this.#with(this.#pick(this.#fields), this.#pick(NOT_NUMBERS))),
      () => this.#json('timestamp', this.#with('timestamp', JSON.stringify(this.#pick(TIMES)))),
      () => this.#json('unknown field', this.#with(this.#pick(['__proto__', 'constructor', 'toString', 'note', '', 'a"b']), '1')),
      () => this.#json('missing field', this.#reading().replace(/"(device_id|timestamp)":"[^"]*",?/, '')),
      () => this.#json('repeated field', this.#repeated()),
      () => this.#json('truncated', this.#cut(this.#reading())),
      () => this.#json('nested', this.#with(this.#pick(this.#vitals), this.#nested())),
      () => this.#json('nested', this.#nested()),
      () => this.#json('list', this.#list()),
      () => this.#json('no reading', this.#pick(['null', 'true', '12', '"text"', '[]', '[null]', '{}', '[[]]', '', ' ', '﻿{}'])),
      () => this.#json('many fields', this.#manyFields()),
      () => this.#encoded(),
      () => this.#mediaType(),
      () => this.#token(),
      () => this.#pathOrMethod(),
      () => this.#large(),
      () => this.#rawRequest(),
    ];
  }

  next(): HostileRequest {
    this.#device = this.#pick(this.#devices);
    return this.#pick(this.#draws)(this.#chance);
  }

  /** A reading that is as it should be, of one of the devices. */
  #reading(): string {
    const { deviceId } = this.#chance.happens(0.97) ? this.#device : this.#pick(this.#devices);
    this.#nextMs += 3;
    const vitals = this.#vitals
      .filter(() => this.#chance.happens(0.5))
      .map((field) => `"${field}":${this.#chance.whole(30, 120)}`);
    const parts = [`"device_id":"${deviceId}"`, `"timestamp":"${new Date(this.#nextMs).toISOString()}"`, ...vitals];
    return `{${parts.join(',')}}`;
  }

  #with(field: string, json: string): string {
    return this.#reading().replace(/}$/, `,${JSON.stringify(field)}:${json}}`);
  }

  #repeated(): string {
    const field = this.#pick(this.#fields);
    const escaped = field.replace(/[a-z]/, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return this.#reading().replace(/}$/, `,"${field}":1,"${this.#chance.happens(0.5) ? field : escaped}":2}`);
  }

  #cut(text: string): string {
    return text.slice(0, this.#chance.whole(0, text.length));
  }

  #nested(): string {
    const depth = this.#pick([10, 1_000, 50_000]);
    const [open, close] = this.#chance.happens(0.5) ? ['[', ']'] : ['{"a":', '}'];
    return open.repeat(depth) + (open === '[' ? '' : '1') + (this.#chance.happens(0.8) ? close.repeat(depth) : '');
  }

  #list(): string {
    const items = Array.from({ length: this.#pick([1, 2, 20, 100, 1_001]) }, () =>
      this.#chance.happens(0.8) ? this.#reading() : this.#pick(['null', '{}', '[]', '1', '{"device_id":"NOBODY"}']),
    );
    return `[${items.join(',')}]`;
  }

  #manyFields(): string {
    const fields = Array.from({ length: this.#pick([20, 5_000]) }, (_, index) => `"f${index}":${index}`);
    return this.#reading().replace(/}$/, `,${fields.join(',')}}`);
  }

  #encoded(): HostileRequest {
    const text = this.#reading();
    const noise = Buffer.from(Array.from({ length: 200 }, () => this.#chance.whole(0, 256)));
    const body = this.#pick([
      Buffer.from(text, 'utf16le'),
      Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]),
      Buffer.from(text.replace('"device_id":"', '"device_id":"\u00e9'), 'latin1'),
      Buffer.from(text.replace('{', '{"\u0000":1,')),
      Buffer.concat([Buffer.from(text.slice(0, 20)), Buffer.of(0xc0, 0x80, 0xf5), Buffer.from(text.slice(20))]),
      noise,
    ]);
    const charset = this.#pick(['', '; charset=utf-16', '; charset=latin1', '; charset="', ';;;']);
    return { ...this.#json('encoding', ''), headers: this.#headers(`${JSON_TYPE}${charset}`), body };
  }

  #mediaType(): HostileRequest {
    const types = [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      '/',
      'a',
    ];
    const request = this.#json('media type', this.#reading());
    if (this.#chance.happens(0.5)) return { ...request, headers: this.#headers(this.#pick(types)) };
    return { ...request, headers: { ...request.headers, 'content-encoding': this.#pick(['gzip', 'br', 'identity', 'x']) } };
  }

  #token(): HostileRequest {
    const guess = Array.from({ length: 43 }, () =>
      this.#pick([...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_']),
    ).join('');
    const authorization = this.#pick([
      '',
      'Bearer',
      'Bearer  ',
      `Bearer ${guess}`,
      `Bearer ${guess}`,
      `Bearer ${guess}`,
      `Basic ${guess}`,
      `Bearer ${'x'.repeat(7_000)}`,
      `Bearer ${guess} ${guess}`,
    ]);
    return { ...this.#json('token', this.#reading()), headers: { 'content-type': JSON_TYPE, authorization } };
  }

  #pathOrMethod(): HostileRequest {
    const request = this.#json('path or method', this.#reading());
    if (this.#chance.happens(0.5)) return { ...request, path: this.#pick(PATHS) };
    const method = this.#pick(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'QUERY', 'PURGE']);
    return { ...request, method, body: Buffer.alloc(0) };
  }

  #large(): HostileRequest {
    const size = this.#pick([64_000, 64_000, 1_048_577]);
    return this.#json('large', this.#with('heart_rate', `"${'9'.repeat(size)}"`));
  }

  /** What no client library writes: lengths that lie, chunks that never end, heads that are none. */
  #rawRequest(): HostileRequest {
    const { token } = this.#device;
    const body = this.#reading();
    const head = `POST /api/healthdata HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${JSON_TYPE}\r\n`;
    const noise = Buffer.from(Array.from({ length: 300 }, () => this.#chance.whole(0, 256)));
    const raw = this.#pick([
      Buffer.from(`${head}Content-Length: ${body.length + 50}\r\n\r\n${body}`),
      Buffer.from(`${head}Content-Length: -1\r\n\r\n${body}`),
      Buffer.from(`${head}Content-Length: 10\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
      Buffer.from(`${head}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n${body}`),
      Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n${body}`),
      Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n${body}\r\n0\r\n\r\n`),
      Buffer.from(`${head}X: ${'y'.repeat(40_000)}\r\n\r\n`),
      Buffer.from(this.#cut(`${head}Content-Length: ${body.length}\r\n\r\n${body}`)),
      Buffer.from('GET / HTTP/9.9\r\n\r\n'),
      noise,
    ]);
    return { ...this.#json('raw', body), raw };
  }

  #json(kind: string, body: string): HostileRequest {
    return { kind, method: 'POST', path: '/api/healthdata', headers: this.#headers(JSON_TYPE), body: Buffer.from(body) };
  }

  #headers(contentType: string): Readonly<Record<string, string>> {
    return { 'content-type': contentType, authorization: `Bearer ${this.#device.token}` };
  }

  #pick<T>(of: readonly T[]): T {
    const picked = of[this.#chance.whole(0, of.length)];
    if (picked === undefined) throw new Error('there is nothing to pick from');
    return picked;
  }
}
