// Adds a patient or changes one; an existing patient can be discharged from here.
import { Button, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import type { Patient } from '../../../src-main/contract/models.ts';
import { dateText } from '../../charts/clinic-time.ts';
import { useCommand } from '../../client/use-command.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { placeError, toFirstProblem } from '../../components/form-error.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { ageYears } from '../../components/person.ts';
import { useClock } from '../../stores/clock.ts';

interface PatientDialogProps {
  /** Null: a new patient. */
  readonly patient: Patient | null;
  readonly opened: boolean;
  readonly onClose: () => void;
}

const BLANK = { mrn: '', name: '', birthDate: '', sex: 'unknown', location: '', note: '' };
const OLDEST_YEARS = 130;

const SEXES = [
  { value: 'female', label: 'Female' },
  { value: 'male', label: 'Male' },
  { value: 'other', label: 'Other' },
  { value: 'unknown', label: 'Not known' },
];

function birthDateProblem(birthDate: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) return 'Enter the birth date';
  const years = ageYears(birthDate, useClock.getState().nowMs);
  if (years < 0) return 'The birth date is in the future';
  return years > OLDEST_YEARS ? `That would be ${years} years old` : null;
}

/** The date once more with the month as a word: a date field may show day and month either way round. */
function birthWords(birthDate: string): string {
  if (birthDateProblem(birthDate) !== null) return 'Shown here in words once entered';
  const years = ageYears(birthDate, useClock.getState().nowMs);
  return `${dateText(Date.parse(birthDate), 'UTC')}, ${years} years`;
}

export function PatientDialog({ patient, opened, onClose }: PatientDialogProps) {
  const add = useCommand('patient.add');
  const update = useCommand('patient.update');
  const discharge = useCommand('patient.discharge');
  const [confirming, confirm] = useDisclosure(false);
  const form = useForm({
    initialValues: BLANK,
    validate: {
      mrn: (value) => (value.trim() === '' ? 'Enter the medical record number' : null),
      name: (value) => (value.trim() === '' ? 'Enter the name' : null),
      birthDate: birthDateProblem,
    },
  });
  const command = patient === null ? add : update;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only opening fills the form, not each change of the patient meanwhile.
  useEffect(() => {
    if (!opened) return;
    add.clear();
    update.clear();
    form.setInitialValues(patient === null ? BLANK : { ...BLANK, ...pick(patient) });
    form.reset();
  }, [opened]);

  const submit = form.onSubmit(async (values) => {
    const fields = { ...values, sex: values.sex as Patient['sex'] };
    const saved = patient === null ? await add.run(fields) : await update.run({ patientId: patient.patientId, ...fields });
    if (saved === null) return;
    notifications.show({
      message: patient === null ? `${saved.name} is on the ward.` : `${saved.name} is saved.`,
      color: 'brand',
    });
    onClose();
  }, toFirstProblem(form));

  async function dischargeNow(): Promise<void> {
    if (patient === null || (await discharge.run({ patientId: patient.patientId })) === null) return;
    notifications.show({ message: `${patient.name} is discharged. Readings and reports are kept.`, color: 'brand' });
    confirm.close();
    onClose();
  }

  return (
    <>
      <Dialog
        opened={opened}
        onClose={onClose}
        closeOnEscape={!confirming}
        title={patient === null ? 'Add patient' : `Edit ${patient.name}`}
        size="lg"
      >
        <form onSubmit={submit} noValidate>
          <Stack>
            <FormError error={command.error} form={form} />
            <TextInput label="Name" withAsterisk data-autofocus maxLength={120} {...form.getInputProps('name')} />
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextInput
                label="MRN"
                description="Medical record number"
                withAsterisk
                maxLength={40}
                {...form.getInputProps('mrn')}
              />
              <TextInput label="Location" description="Bed or room" maxLength={60} {...form.getInputProps('location')} />
              <TextInput
                label="Birth date"
                description={birthWords(form.values.birthDate)}
                type="date"
                withAsterisk
                {...form.getInputProps('birthDate')}
              />
              <Select label="Sex" description="As on record" data={SEXES} allowDeselect={false} {...form.getInputProps('sex')} />
            </SimpleGrid>
            <Textarea label="Note" autosize minRows={2} maxRows={6} maxLength={2000} {...form.getInputProps('note')} />
            <Group justify="space-between">
              {patient !== null && patient.dischargedAtMs === null ? (
                <Button variant="default" c="var(--mantine-color-error)" onClick={confirm.open}>
                  Discharge…
                </Button>
              ) : (
                <span />
              )}
              <Group>
                <Button variant="default" onClick={onClose}>
                  Cancel
                </Button>
                <Button type="submit" loading={command.pending}>
                  {patient === null ? 'Add patient' : 'Save'}
                </Button>
              </Group>
            </Group>
          </Stack>
        </form>
      </Dialog>
      <ConfirmDialog
        opened={confirming}
        title={`Discharge ${patient?.name ?? ''}?`}
        action="Discharge"
        pending={discharge.pending}
        error={discharge.error}
        onConfirm={() => void dischargeNow()}
        onClose={confirm.close}
      >
        <Text>
          The tile leaves the ward and alarms for this patient stop. Devices they wear are nobody’s from then on. Readings,
          entries and reports are kept.
        </Text>
      </ConfirmDialog>
    </>
  );
}

interface FormErrorProps {
  readonly error: unknown;
  readonly form: Parameters<typeof placeError>[0];
}

/** The console's error beside its field where it names one, else above the form. */
function FormError({ error, form }: FormErrorProps) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: placed once per error, whatever the form does meanwhile.
  useEffect(() => {
    if (error !== null) placeError(form, error);
  }, [error]);
  const belongsToField =
    error !== null && typeof error === 'object' && Object.hasOwn(form.getValues(), (error as { field?: string }).field ?? '');
  return belongsToField ? null : <ErrorNotice error={error} />;
}

function pick({ mrn, name, birthDate, sex, location, note }: Patient): typeof BLANK {
  return { mrn, name, birthDate, sex, location, note };
}
