// Puts a console's error beside the field it is about.
import { ClientError, errorWords } from '../client/client-error.ts';

interface FieldForm {
  readonly getValues: () => Record<string, unknown>;
  readonly setFieldError: (field: string, message: string) => void;
}

/** Returns the error where it belongs to no field of this form, null where it has found its field. */
export function placeError(form: FieldForm, error: unknown): unknown {
  if (!(error instanceof ClientError) || error.field === undefined) return error;
  if (!Object.hasOwn(form.getValues(), error.field)) return error;
  form.setFieldError(error.field, errorWords(error));
  return null;
}
