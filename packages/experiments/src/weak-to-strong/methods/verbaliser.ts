import type { Method } from './method.ts'

/** Burns et al. 2023, appendix A.1, where it is the rule. Here the two tokens mean nothing to the pretrained model. */
export const verbaliser: Method = {
  name: 'verbaliser',
  about: 'the head starts from the embeddings of two label tokens instead of zeros',
  student: async (bench) => (await bench.train({ verbaliser: true })).value,
}
