/** How often an interval resamples: what most of a report's time goes into. Tests of other things may take fewer. */
export const RESAMPLES = { accuracy: 2000, share: 1000, fit: 300 }
