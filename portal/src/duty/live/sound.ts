// A short sound for urgent incidents, for viewers that asked for it.

/** Browsers play sound only after a person has pressed something, such as the switch that calls this. */
export class Sound {
  #context: AudioContext | null = null;

  get isOn(): boolean {
    return this.#context !== null;
  }

  switch(isOn: boolean): void {
    void this.#context?.close();
    this.#context = isOn ? new AudioContext() : null;
    this.play();
  }

  play(): void {
    const context = this.#context;
    if (!context) return;
    const [oscillator, gain] = [context.createOscillator(), context.createGain()];
    oscillator.frequency.value = 660;
    gain.gain.setValueAtTime(0.0001, context.currentTime);
    gain.gain.exponentialRampToValueAtTime(0.2, context.currentTime + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 0.35);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start();
    oscillator.stop(context.currentTime + 0.4);
  }
}
