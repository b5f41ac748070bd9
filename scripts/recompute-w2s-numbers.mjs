// Which numbers of a weak-to-strong report follow from the predictions, and how: the definitions that recompute-w2s.mjs computes.

// A number is made of shares: each part says 1 or 0 (or a number between) of every item of every task.
const share = ([a]) => a
const difference = ([a, b]) => a - b
const quotient = ([a, b]) => a / b
export const pgr = ([weak, student, ceiling]) => (ceiling > weak ? (student - weak) / (ceiling - weak) : undefined)
/** Of the shares of every task: their median over tasks, or that of PGR over the tasks with a gap. */
export const medianShare = { ofTasks: share }
export const medianPgr = { ofTasks: pgr }

/** [caption, row, column, tasks of each seed, parts, formula] of every number that this script knows. */
export function numbersOf(result) {
  return 'game' in result.options
    ? ofGame(result)
    : [...result.options.families.flatMap((family) => ofFamily(result, family)), ...ofSuite(result)]
}

const said = (pick) => (task, i) => Number(pick(task)[i] > 0.5)
const right = (pick) => (task, i) => Number(said(pick)(task, i) === task.truth[i])
const not = (is) => (task, i) => 1 - is(task, i)
const both = (a, b) => (task, i) => a(task, i) * b(task, i)
const same = (a, b) => (task, i) => Number(said(a)(task, i) === said(b)(task, i))
const always = () => 1

const weak = (task) => task.weak
const ceiling = (task) => task.ceiling
const zeroShot = (task) => task.zeroShot
const by = (method) => (task) => task.students[method]
const naive = by('naive')

function ofFamily({ options, seeds }, family) {
  const { methods, families } = options
  const own = (tasks) => tasks.filter((task) => task.family === family)
  const main = seeds.map((seed) => own(seed.tasks))
  const of = families.length > 1 ? `${family}: ` : ''
  const loss = (method) => (method.startsWith('confidence') ? ' loss' : '')
  const student = (method) =>
    `strong student${method === 'naive' ? '' : `, ${method}${loss(method)}`} (${options.strong})`
  const confidence = methods.find((method) => method.startsWith('confidence'))
  const [task] = main[0]
  const keys = (part) => Object.keys(task[part] ?? {})
  const pgrParts = (pick, top = ceiling, bottom = weak) => [right(bottom), right(pick), right(top)]

  const rows = [
    ['Accuracy on', `${of}weak supervisor (${options.weak})`, 'accuracy', main, [right(weak)], share],
    ['Accuracy on', `${of}strong ceiling (${options.strong})`, 'accuracy', main, [right(ceiling)], share],
    ['Accuracy on', `${of}strong, zero-shot (${options.strong})`, 'accuracy', main, [right(zeroShot)], share],
  ]
  for (const method of methods) {
    const pick = by(method)
    const [added, fates] = ['Methods: what each adds', 'What became of the supervisor’s errors']
    rows.push(
      ['Accuracy on', `${of}${student(method)}`, 'accuracy', main, [right(pick)], share],
      ['Accuracy on', `${of}${student(method)}`, 'PGR', main, pgrParts(pick), pgr],
      [added, `${of}${method}`, 'PGR', main, pgrParts(pick), pgr],
      [fates, `${of}${method}`, 'errors inherited', main, [both(not(right(weak)), not(right(pick)))], share],
      [fates, `${of}${method}`, 'errors corrected', main, [both(not(right(weak)), right(pick))], share],
      [fates, `${of}${method}`, 'new errors', main, [both(right(weak), not(right(pick)))], share],
    )
    if (method !== 'naive')
      rows.push([added, `${of}${method}`, 'over naive, points', main, [right(pick), right(naive)], difference])
  }
  for (const { weak: small, strong: large, tasks } of pairsOf(seeds, options, own)) {
    const [all, agreement] = [`All pairs (${family})`, `Agreement of naive students with their supervisors (${family})`]
    const name = `${small} → ${large}`
    const agree = same(naive, weak)
    rows.push(
      [all, name, 'supervisor', tasks, [right(weak)], share],
      [all, name, 'student', tasks, [right(naive)], share],
      [all, name, 'ceiling', tasks, [right(ceiling)], share],
      [all, name, 'zero-shot', tasks, [right(zeroShot)], share],
      [all, name, 'PGR', tasks, pgrParts(naive), pgr],
      [agreement, name, 'all items', tasks, [agree, always], quotient],
      [agreement, name, 'supervisor right', tasks, [both(agree, right(weak)), right(weak)], quotient],
      [agreement, name, 'supervisor wrong', tasks, [both(agree, not(right(weak))), not(right(weak))], quotient],
    )
    if (confidence)
      rows.push([all, name, `${confidence} − naive`, tasks, [right(by(confidence)), right(naive)], difference])
  }
  const bars = 'Supervisors that are equally often wrong'
  for (const name of keys('errors'))
    rows.push([bars, family, structures[name], main, pgrParts((t) => t.errors[name]), pgr])
  const linear = { ...Object.fromEntries(keys('probes').map((name) => [name, (t) => t.probes[name]])) }
  if (task.probes) Object.assign(linear, { 'zero-shot': zeroShot, 'ft(weak)': naive, 'ft(gt)': ceiling })
  for (const [name, pick] of Object.entries(linear))
    rows.push(['How linear is the task', family, name, main, [right(pick)], share])
  for (const name of keys('prompts'))
    rows.push([`Prompting and finetuning (${family})`, name, 'accuracy', main, [right((t) => t.prompts[name])], share])
  rows.push(
    ...alongList(main, 'labels', `Fewer weak labels (${family})`, ({ count }) => String(count), 'ceiling of as many'),
  )
  const simulated = main.map((tasks) => tasks.filter(({ simulation }) => simulation))
  for (const [f, { features }] of (task.simulation ?? []).entries()) {
    const [supervisor, student] = [(t) => t.simulation[f].weak, (t) => t.simulation[f].student]
    const caption = `Supervisors that the student can simulate (${family})`
    rows.push(
      [caption, String(features), 'supervisor', simulated, [right(supervisor)], share],
      [caption, String(features), 'student', simulated, [right(student)], share],
      [caption, String(features), 'they agree', simulated, [same(supervisor, student)], share],
      [
        caption,
        String(features),
        'student of random errors',
        simulated,
        [right((t) => t.simulation[f].ofRandom)],
        share,
      ],
    )
  }
  const done = ({ share }) => `${(100 * share).toFixed(0)} %`
  rows.push(...alongList(main, 'pretraining', `Along the student’s pretraining (${family})`, done, 'ceiling'))
  const trained = main.map((tasks) => tasks.filter(({ difficulty }) => difficulty))
  if (trained[0].length > 0)
    for (const [name, pick] of [
      ['truth, easy half', (t) => t.difficulty.trained.easy],
      ['truth, hard half', (t) => t.difficulty.trained.hard],
      ['truth, all', ceiling],
      ['weak labels, all', naive],
      ['strong, zero-shot', zeroShot],
    ])
      for (const [third, column] of ['easy items', 'middle', 'hard items'].entries())
        rows.push([
          `From easy to hard (${family})`,
          name,
          column,
          trained,
          [both(right(pick), inThird(third)), inThird(third)],
          quotient,
        ])
  // reward models have no family: they are told once
  if (family === families[0] && seeds[0].reward) rows.push(...ofReward(seeds.map(({ reward }) => reward)))
  return rows
}

/** Medians over the tasks of all families; of each pair the methods that all pairs have. */
function ofSuite({ options, seeds }) {
  const methods = options.methods.filter((method) => method === 'naive' || method.startsWith('confidence'))
  const caption = 'Medians over all'
  return pairsOf(seeds, options, (tasks) => tasks).flatMap(({ weak: small, strong: large, tasks }) =>
    methods.flatMap((method) => {
      const name = `${small} → ${large}, ${method}`
      const pick = by(method)
      return [
        [caption, name, 'supervisor', tasks, [right(weak)], medianShare],
        [caption, name, 'student', tasks, [right(pick)], medianShare],
        [caption, name, 'ceiling', tasks, [right(ceiling)], medianShare],
        [caption, name, 'zero-shot', tasks, [right(zeroShot)], medianShare],
        [caption, name, 'PGR', tasks, [right(weak), right(pick), right(ceiling)], medianPgr],
      ]
    }),
  )
}

function pairsOf(seeds, options, own) {
  const others = (seeds[0].pairs ?? []).map(({ weak, strong }, p) => ({
    weak,
    strong,
    tasks: seeds.map((s) => own(s.pairs[p].tasks)),
  }))
  return [{ weak: options.weak, strong: options.strong, tasks: seeds.map((seed) => own(seed.tasks)) }, ...others]
}

/** Students and ceilings at points: of the number of labels, or of the pretraining. */
function alongList(main, part, caption, nameOf, ceilingColumn) {
  const tasks = main.map((all) => all.filter((task) => task[part]))
  return (tasks[0][0]?.[part] ?? []).flatMap((point, p) => {
    const [pick, top] = [(t) => t[part][p].student, (t) => t[part][p].ceiling]
    return [
      [caption, nameOf(point), 'student', tasks, [right(pick)], share],
      [caption, nameOf(point), ceilingColumn, tasks, [right(top)], share],
      [caption, nameOf(point), 'PGR', tasks, [right(weak), right(pick), right(top)], pgr],
    ]
  })
}

/** 1 for items in that third of the difficulties; where these have two values only, there is no middle. */
function inThird(third) {
  const bounds = new Map()
  return (task, i) => {
    const { ofItems } = task.difficulty
    if (!bounds.has(task)) {
      const sorted = [...ofItems].sort((a, b) => a - b)
      const [low, high] = [1, 2].map((n) => sorted[Math.floor((n * sorted.length) / 3)])
      bounds.set(task, new Set(sorted).size === 2 ? [sorted[0], sorted[0]] : [low, high])
    }
    const [low, high] = bounds.get(task)
    return Number(third === (ofItems[i] <= low ? 0 : ofItems[i] <= high ? 1 : 2))
  }
}

function ofReward(tasks) {
  const caption = 'Reward models: which of two texts is better?'
  const conflict = ({ longer, truth }, i) => Number(longer[i] !== 0 && longer[i] > 0 !== (truth[i] === 1))
  const [reader, read] = [(t) => t.generativeWeak, (t) => t.generativeCeiling]
  const models = { supervisor: weak, 'supervisor that has read the texts': reader, ceiling }
  Object.assign(models, { 'ceiling that has read the texts': read, 'strong, zero-shot': zeroShot })
  const students = {
    student: ['naive', weak],
    'student of random errors': ['flipped', weak],
    'student that has read the texts': ['generative', weak],
    'student, its supervisor has read the texts': ['of a reader', reader],
    'student that has read the texts, its supervisor too': ['generative, of a reader', reader],
    'student, stopped on the truth *': ['stop-truth', weak],
    'student that has read the texts, stopped on the truth *': ['generative, stop-truth', weak],
  }
  const bars = 'Reward models: who has read the texts first?'
  const pgrOf = (who, own, top) => [[right(own), right(by(who)), right(top)], pgr]
  const accuracies = (name, pick) => [
    [caption, name, 'accuracy', tasks, [right(pick)], share],
    [caption, name, 'accuracy where the longer is worse', tasks, [both(right(pick), conflict), conflict], quotient],
  ]
  return [
    ...Object.entries(models).flatMap(([name, pick]) => accuracies(name, pick)),
    ...Object.entries(students).flatMap(([name, [who, own]]) => [
      ...accuracies(name, by(who)),
      [caption, name, 'PGR', tasks, ...pgrOf(who, own, ceiling)],
      [caption, name, 'PGR, ceiling has read', tasks, ...pgrOf(who, own, read)],
      ...(who === 'naive'
        ? []
        : [[caption, name, 'over naive, points', tasks, [right(by(who)), right(naive)], difference]]),
    ]),
    [bars, 'supervisor has not read', 'student and ceiling have not', tasks, ...pgrOf('naive', weak, ceiling)],
    [bars, 'supervisor has read', 'student and ceiling have not', tasks, ...pgrOf('of a reader', reader, ceiling)],
    [bars, 'supervisor has not read', 'student and ceiling have', tasks, ...pgrOf('generative', weak, read)],
    [bars, 'supervisor has read', 'student and ceiling have', tasks, ...pgrOf('generative, of a reader', reader, read)],
  ]
}

const structures = {
  weak: 'the weak model’s own errors',
  random: 'random errors',
  rare: 'errors on the hardest items (rarest nouns)',
  frequent: 'errors on the easiest items (most frequent nouns)',
  unsure: 'errors where the ceiling is least sure',
  adversarial: 'errors where the ceiling is surest',
  hinted: 'own errors, label in the prompt',
}

/** Games: an answer is right if it is the solution, word for word. A seed is one task. */
function ofGame({ options, seeds }) {
  const { weak: small, strong: large, methods, grid } = options
  const tasks = seeds.map((seed) => [{ ...seed, truth: seed.test.truth }])
  const is = (pick) => (task, i) => Number(pick(task)[i] === task.truth[i])
  const of = (size, what) => (task) => task.sizes[size][what]
  const student = (pair, method) => (task) =>
    task.pairs.find((each) => each.weak === pair.weak && each.strong === pair.strong).students[method]
  const exact = 'Exact matches on'
  const rows = [
    [exact, `weak supervisor (${small})`, 'accuracy', tasks, [is(of(small, 'weak'))], share],
    [exact, `strong ceiling (${large})`, 'accuracy', tasks, [is(of(large, 'ceiling'))], share],
    [exact, `strong, zero-shot (${large})`, 'accuracy', tasks, [is(of(large, 'zeroShot'))], share],
  ]
  const ends = (pair) => [is(of(pair.weak, 'weak')), is(of(pair.strong, 'ceiling'))]
  for (const method of methods) {
    const own = is(student(options, method))
    const [bottom, top] = ends(options)
    const plain = is(student(options, 'naive'))
    rows.push(
      [exact, `strong student, ${method} (${large})`, 'accuracy', tasks, [own], share],
      [exact, `strong student, ${method} (${large})`, 'PGR', tasks, [bottom, own, top], pgr],
      ['Methods: what each adds', method, 'over zero-shot', tasks, [own, is(of(large, 'zeroShot'))], difference],
    )
    if (method !== 'naive')
      rows.push(['Methods: what each adds', method, 'over naive', tasks, [own, plain], difference])
  }
  for (const pair of grid ? seeds[0].pairs : []) {
    const name = `${pair.weak} → ${pair.strong}`
    const [bottom, top] = ends(pair)
    const pick = student(pair, 'naive')
    const agree = (task, i) => Number(pick(task)[i] === task.sizes[pair.weak].weak[i])
    const agreement = 'Agreement of naive students with their supervisors'
    rows.push(
      ['All pairs', name, 'supervisor', tasks, [bottom], share],
      ['All pairs', name, 'student', tasks, [is(pick)], share],
      ['All pairs', name, 'ceiling', tasks, [top], share],
      ['All pairs', name, 'PGR', tasks, [bottom, is(pick), top], pgr],
      [agreement, name, 'supervisor right', tasks, [both(agree, bottom), bottom], quotient],
      [agreement, name, 'supervisor wrong', tasks, [both(agree, not(bottom)), not(bottom)], quotient],
    )
  }
  const { easyToHard } = seeds[0]
  for (const size of Object.keys(easyToHard?.sizes ?? {}))
    for (const trained of ['zero-shot', 'easy', 'hard'])
      for (const [e, asked] of ['easy', 'hard'].entries()) {
        const row = `${size}, ${trained === 'zero-shot' ? trained : `trained on ${trained} puzzles`}`
        const apart = seeds.map(
          ({
            easyToHard: {
              sizes,
              [asked]: { truth },
            },
          }) => [{ truth, answers: sizes[size][trained][e] }],
        )
        rows.push(['Easy to hard', row, `${asked} puzzles`, apart, [is((task) => task.answers)], share])
      }
  return rows
}
