namespace Hybrid.Formulas;

/// <summary>How many operations one evaluation executes.</summary>
/// <param name="Flops">Floating-point operations; a fused multiply-add counts 2.</param>
/// <param name="Transcendentals">Calls of functions that are no single IEEE operation.</param>
public readonly record struct OperationCount(int Flops, int Transcendentals);

/// <summary>A lane without a value: it counts what a formula does.</summary>
/// <remarks>
/// One flop each: + − × ÷ √, and every compare-and-select (min, max, <see cref="WhereLess"/>).
/// Two: <see cref="Fma"/>. None: negation and |x|, which only touch the sign bit, and constants.
/// The functions from <see cref="Exp"/> on count as one transcendental each and as no flop. What a
/// formula computes once and uses twice counts once, because the method runs, not its expression tree.
/// </remarks>
public readonly struct Tally : ILane<Tally>
{
    [ThreadStatic] static int flops;
    [ThreadStatic] static int transcendentals;

    /// <summary>What <paramref name="work"/> executes on this thread.</summary>
    public static OperationCount Of(Action work)
    {
        int flopsBefore = flops, transcendentalsBefore = transcendentals;
        work();
        return new(flops - flopsBefore, transcendentals - transcendentalsBefore);
    }

    static Tally Flop(int count = 1)
    {
        flops += count;
        return default;
    }

    static Tally Function()
    {
        transcendentals++;
        return default;
    }

    public static Tally Const(double value) => default;

    public static Tally operator +(Tally a, Tally b) => Flop();

    public static Tally operator -(Tally a, Tally b) => Flop();

    public static Tally operator *(Tally a, Tally b) => Flop();

    public static Tally operator /(Tally a, Tally b) => Flop();

    public static Tally operator -(Tally a) => default;

    public static Tally Fma(Tally a, Tally b, Tally c) => Flop(2);

    public static Tally Sqrt(Tally x) => Flop();

    public static Tally Abs(Tally x) => default;

    public static Tally Min(Tally a, Tally b) => Flop();

    public static Tally Max(Tally a, Tally b) => Flop();

    public static Tally WhereLess(Tally a, Tally b, Tally then, Tally otherwise) => Flop();

    public static Tally Exp(Tally x) => Function();

    public static Tally Expm1(Tally x) => Function();

    public static Tally Log(Tally x) => Function();

    public static Tally Log1p(Tally x) => Function();

    public static Tally Tanh(Tally x) => Function();

    public static Tally Sigmoid(Tally x) => Function();

    public static Tally Softplus(Tally x) => Function();

    public static Tally Erf(Tally x) => Function();

    public static Tally SinTurn(Tally x) => Function();

    public static Tally CosTurn(Tally x) => Function();
}
