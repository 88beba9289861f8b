// Picks one patient by name, MRN or birth date; each choice shows all three, so that the wrong one is not picked.
import { Select, Text } from '@mantine/core';
import { identityLine } from '../../components/person.ts';
import { useLive } from '../../stores/live.ts';

interface PatientSelectProps {
  readonly label: string;
  readonly description?: string;
  readonly value: string | null;
  readonly onChange: (patientId: string | null) => void;
  readonly clearable?: boolean;
}

export function PatientSelect({ label, description, value, onChange, clearable = false }: PatientSelectProps) {
  const ward = useLive((state) => state.ward);
  const patients = [...ward.values()].map((live) => live.patient).sort((a, b) => a.name.localeCompare(b.name));
  return (
    <Select
      label={label}
      {...(description === undefined ? {} : { description })}
      placeholder="Type a name, MRN or birth date"
      nothingFoundMessage="Nobody found"
      searchable
      clearable={clearable}
      value={value}
      onChange={onChange}
      data={patients.map((patient) => ({ value: String(patient.patientId), label: `${patient.name}, ${identityLine(patient)}` }))}
      renderOption={({ option }) => {
        const patient = ward.get(Number(option.value))?.patient;
        return patient === undefined ? (
          option.label
        ) : (
          <div>
            <Text fw={650}>{patient.name}</Text>
            <Text size="sm" c="dimmed">
              {identityLine(patient)}
            </Text>
          </div>
        );
      }}
    />
  );
}
