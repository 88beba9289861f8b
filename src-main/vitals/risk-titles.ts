// What each risk is called, the same on every screen and in the report, whatever a manifest calls its model.

export const RISK_TITLES = { diabetes: 'Diabetes', heart: 'Heart disease', hypoxia: 'Hypoxia' } as const;
