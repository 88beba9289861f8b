// What each risk is called, the same on every screen, in the report and in the manifest’s title.

export const RISK_TITLES = { diabetes: 'Diabetes', heart: 'Heart disease', hypoxia: 'Hypoxia' } as const;
