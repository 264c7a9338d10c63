/**
 * What is asked within one turn of the event loop is asked together: under load, one question to a server costs this
 * process as much as thirty. DataLoader does the same and keeps, for each question, what only a cache needs.
 *
 * @param answerAll answers in the order of the questions; where it rejects, so do all of them
 */
export function batched<Question, Answer>(
  answerAll: (questions: Question[]) => Promise<Answer[]>,
  most: number,
): (question: Question) => Promise<Answer> {
  let waiting: Waiting<Question, Answer>[] = [];

  function send(): void {
    const sent = waiting;
    if (sent.length === 0) return;
    waiting = [];
    answerAll(sent.map(({ question }) => question)).then(
      (answers) => sent.forEach(({ resolve }, index) => resolve(answers[index] as Answer)),
      (error: unknown) => sent.forEach(({ reject }) => reject(error)),
    );
  }

  return (question) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(send);
      waiting.push({ question, resolve, reject });
      if (waiting.length >= most) send();
    });
}

interface Waiting<Question, Answer> {
  question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}
