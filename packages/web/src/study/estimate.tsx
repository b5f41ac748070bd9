import { useEffect } from 'preact/hooks'
import { recallPace } from './pace.ts'
import { inWords } from './progress-meter.ts'
import type { StudySession } from './session.ts'

interface Props<Options, News> {
  session: StudySession<Options, News>
  options: Options
  taste: Options
}

/** How long a run takes, from what this device took before, else from what two processor cores take. */
export function Estimate<Options, News>({ session, options, taste }: Props<Options, News>) {
  const { page, config } = session.study
  const query = config.toQuery(options)
  useEffect(() => {
    session.estimate(options)
    session.estimate(taste)
  }, [query])
  const [run, small] = [query, config.toQuery(taste)].map((each) => session.expected.value[each])
  if (!run || !small) return <>How long will it take? …</>
  const pace = recallPace(page)
  const words = (seconds: number) => inWords(seconds * (pace ?? 1))
  const both = `${words(run)} (a taste: ${words(small)})`
  return (
    <>
      {pace === undefined
        ? `On two processor cores ${both}; a GPU is faster.`
        : `On this device ${both}, going by its last run.`}
    </>
  )
}
