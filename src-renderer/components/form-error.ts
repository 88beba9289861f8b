// Puts a console's error beside the field it is about, and the cursor where something has to be put right.
import { ClientError, errorWords } from '../client/client-error.ts';

interface FieldForm {
  readonly getValues: () => Record<string, unknown>;
  readonly setFieldError: (field: string, message: string) => void;
  readonly getInputNode: (field: string) => HTMLElement | null;
}

/** Returns the error where it belongs to no field of this form, null where it has found its field. */
export function placeError(form: FieldForm, error: unknown): unknown {
  if (!(error instanceof ClientError) || error.field === undefined) return error;
  if (!Object.hasOwn(form.getValues(), error.field)) return error;
  form.setFieldError(error.field, errorWords(error));
  form.getInputNode(error.field)?.focus();
  return null;
}

/** Where a form may not be sent: to the first field, as they stand on the page, that has to be put right. */
export function toFirstProblem(form: Pick<FieldForm, 'getInputNode'>): (errors: object) => void {
  return (errors) => {
    const fields = Object.keys(errors).flatMap((field) => form.getInputNode(field) ?? []);
    const follows = (a: HTMLElement, b: HTMLElement): boolean =>
      (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
    fields.sort((a, b) => (follows(a, b) ? -1 : 1))[0]?.focus();
  };
}
