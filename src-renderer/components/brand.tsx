// The mark and name of the console.
import classes from './brand.module.css';

export function Brand({ size = 28, name = true }: { readonly size?: number; readonly name?: boolean }) {
  return (
    <span className={classes.brand} style={{ fontSize: size * 0.62 }}>
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="#146c87" />
        <path
          d="M4 17h6l3-8 5 15 3.5-9 1.5 2h5"
          fill="none"
          stroke="#fff"
          strokeWidth="2.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {name && <span>HealthSense</span>}
    </span>
  );
}
