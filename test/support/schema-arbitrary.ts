import fc from 'fast-check';

/** The part of JSON Schema that our wire schemas come out as. */
export interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** Values of the schema's shape; what stands in them is often right and sometimes not (a pattern is only aimed at). */
export function shapedLike(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return fc.oneof(...options.map(shapedLike));
  switch (schema.type) {
    case 'object': {
      const properties = Object.entries(schema.properties ?? {}).map(
        ([key, value]) => [key, shapedLike(value)] as const,
      );
      return fc.record(Object.fromEntries(properties), { requiredKeys: [...(schema.required ?? [])] as never[] });
    }
    case 'array':
      if (schema.prefixItems) return fc.tuple(...schema.prefixItems.map(shapedLike));
      return fc.array(shapedLike(schema.items ?? {}), { maxLength: 4 });
    case 'string':
      return text(schema);
    case 'integer':
    case 'number': {
      const min = Math.max(schema.minimum ?? -1e6, -1e15);
      const max = Math.min(schema.maximum ?? 1e6, 1e15);
      return schema.type === 'integer'
        ? fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
        : fc.double({ min, max, noNaN: true });
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

function text(schema: JsonSchema): fc.Arbitrary<unknown> {
  const length = { minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 40, 60) };
  const plain = fc.string(length);
  return fc.oneof(
    plain,
    fc.string({ ...length, unit: 'binary' }),
    fc.constantFrom('crew-qianmen', 'duty', '00000000101'),
  );
}

/** One thing wrong: a key gone, a key too many, a value of another kind, or something else altogether. */
export function brokenLike(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.jsonValue(),
    fc.tuple(shapedLike(schema), fc.nat(), fc.jsonValue()).map(([value, at, instead]) => {
      if (typeof value !== 'object' || value === null) return instead;
      const keys = Object.keys(value);
      const key = keys[at % Math.max(1, keys.length)] ?? 'extra';
      return { ...value, [key]: instead };
    }),
    fc.tuple(shapedLike(schema), fc.nat()).map(([value, at]) => {
      if (typeof value !== 'object' || value === null) return {};
      const entries = Object.entries(value);
      return Object.fromEntries(entries.filter((_, index) => index !== at % Math.max(1, entries.length)));
    }),
  );
}
