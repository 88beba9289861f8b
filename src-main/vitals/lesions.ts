// The seven diagnoses a skin photo is read for: abbreviations and groups of HAM10000 (Tschandl, Rosendahl, Kittler: Sci Data 5, 180161, 2018).

export const LESION_CODES = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'] as const;
export type LesionCode = (typeof LESION_CODES)[number];

export interface Lesion {
  readonly title: string;
  /** What people may know it as, or what belongs to it. */
  readonly also: string;
  /** Malignant, or on the way to it. */
  readonly malignant: boolean;
}

export const LESIONS: Readonly<Record<LesionCode, Lesion>> = {
  akiec: { title: 'Actinic keratosis', also: 'and Bowen’s disease: may become squamous cell carcinoma', malignant: true },
  bcc: { title: 'Basal cell carcinoma', also: '', malignant: true },
  bkl: { title: 'Benign keratosis', also: 'seborrhoeic keratosis, solar lentigo, lichen planus-like', malignant: false },
  df: { title: 'Dermatofibroma', also: '', malignant: false },
  mel: { title: 'Melanoma', also: '', malignant: true },
  nv: { title: 'Melanocytic naevus', also: 'mole', malignant: false },
  vasc: { title: 'Vascular lesion', also: 'angioma, angiokeratoma, pyogenic granuloma, haemorrhage', malignant: false },
};

/** What the one probability is about, in words for a sentence. */
export const MALIGNANCY_WORDS = 'melanoma, basal cell carcinoma or actinic keratosis';
