// A finished training as a report: what was trained, how the loss fell, and what the model writes.

import { figure, number, type Provenance, type Report, table, text, verdict } from '../report/report.ts'
import type { TextModelResult } from './train-text.ts'

export function textModelReport(result: TextModelResult, provenance: Provenance): Report {
  const { options, data, parameters, metrics } = result
  const { training, validation, samples } = metrics
  const last = validation[validation.length - 1]
  const first = validation[0]
  const unit = options.tokenizer === 'char' ? 'character' : 'byte'
  const row = (name: string, nats: number) => [name, number(nats, 3), number(nats / Math.LN2, 3)]
  return {
    title: `A GPT trained on ${data.name}`,
    subtitle:
      `${parameters.toLocaleString('en')} parameters, ${options.layers} layers of width ${options.width}, ` +
      `context ${options.context}; ${options.steps.toLocaleString('en')} steps of ${options.batch} × ${options.context} tokens`,
    blocks: [
      table({
        caption: `Loss on held-out text, per ${unit}`,
        columns: ['', 'nats', 'bits'],
        rows: [
          row(`knowing only how frequent each ${unit} is (unigram entropy)`, data.unigramEntropy),
          row('this model before training', first.loss),
          row(`this model after ${last.step.toLocaleString('en')} steps`, last.loss),
        ],
        note:
          `${data.tokens.toLocaleString('en')} ${unit}s of ${data.vocabSize} kinds; ` +
          'the first nine tenths are trained on, the last tenth is held out.',
      }),
      verdict({
        claim: 'The model has learned more than how frequent each character is',
        outcome: last.loss < data.unigramEntropy ? 'supported' : 'not supported',
        evidence: `held-out loss ${last.loss.toFixed(3)}, unigram entropy ${data.unigramEntropy.toFixed(3)} nats per ${unit}`,
      }),
      figure({
        kind: 'lines',
        title: 'Loss while training',
        caption:
          'Training loss is the mean of the batches since the point before; held-out loss is measured now and then.',
        x: { label: 'Step' },
        y: { label: `Nats per ${unit}` },
        series: [
          { name: 'training', points: training.map(({ step, loss }) => ({ x: step, y: loss })) },
          { name: 'held out', points: validation.map(({ step, loss }) => ({ x: step, y: loss })) },
        ],
        references: [{ y: data.unigramEntropy, label: 'unigram' }],
      }),
      ...samples.map((sample) => text(sample.text, `What it writes after ${sample.step.toLocaleString('en')} steps`)),
    ],
    provenance,
  }
}
