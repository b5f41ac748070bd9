import { useEffect } from 'preact/hooks'
import { recallPace } from './pace.ts'
import { inWords } from './progress-meter.ts'
import type { StudySession } from './session.ts'

interface Props<Options, News> {
  session: StudySession<Options, News>
  options: Options
  taste: Options
}

/** How long a run takes, and a taste of it. */
export function Estimate<Options, News>({ session, options, taste }: Props<Options, News>) {
  const { page, config } = session.study
  const query = config.toQuery(options)
  useEffect(() => {
    session.estimate(options)
    session.estimate(taste)
  }, [query])
  const [run, small] = [query, config.toQuery(taste)].map((each) => session.expected.value[each])
  return <Duration page={page} seconds={run && small ? run : undefined} taste={small} />
}

/** `seconds` on two processor cores; undefined while that is not known. On a device that has done the like, what it takes there. */
export function Duration({ page, seconds, taste }: { page: string; seconds: number | undefined; taste?: number }) {
  if (!seconds) return <>How long will it take? …</>
  const pace = recallPace(page)
  const words = (each: number) => inWords(each * (pace ?? 1))
  const all = taste === undefined ? words(seconds) : `${words(seconds)} (a taste: ${words(taste)})`
  return (
    <>
      {pace === undefined
        ? `On two processor cores ${all}; a GPU is faster.`
        : `On this device ${all}, going by its last run.`}
    </>
  )
}
