namespace Hybrid.Formulas;

// A static abstract method needs its type at compile time; these four pairs are where arity ends.

sealed class Formula1<TFormula> : FormulaInfo
    where TFormula : IFormula1
{
    public Formula1(GradientInfo? gradient) : base(typeof(TFormula), 1) => ClosedGradient = gradient;

    public override T Apply<T>(ReadOnlySpan<T> x) => TFormula.Apply(x[0]);
}

sealed class Formula2<TFormula> : FormulaInfo
    where TFormula : IFormula2
{
    public Formula2(GradientInfo? gradient) : base(typeof(TFormula), 2) => ClosedGradient = gradient;

    public override T Apply<T>(ReadOnlySpan<T> x) => TFormula.Apply(x[0], x[1]);
}

sealed class Formula3<TFormula> : FormulaInfo
    where TFormula : IFormula3
{
    public Formula3(GradientInfo? gradient) : base(typeof(TFormula), 3) => ClosedGradient = gradient;

    public override T Apply<T>(ReadOnlySpan<T> x) => TFormula.Apply(x[0], x[1], x[2]);
}

sealed class Formula4<TFormula> : FormulaInfo
    where TFormula : IFormula4
{
    public Formula4(GradientInfo? gradient) : base(typeof(TFormula), 4) => ClosedGradient = gradient;

    public override T Apply<T>(ReadOnlySpan<T> x) => TFormula.Apply(x[0], x[1], x[2], x[3]);
}

sealed class Gradient1<TFormula, TGradient>() : GradientInfo(typeof(TGradient))
    where TFormula : IFormula1
    where TGradient : IGradient1<TFormula>
{
    public override T[] Apply<T>(ReadOnlySpan<T> x) => [TGradient.Apply(x[0])];
}

sealed class Gradient2<TFormula, TGradient>() : GradientInfo(typeof(TGradient))
    where TFormula : IFormula2
    where TGradient : IGradient2<TFormula>
{
    public override T[] Apply<T>(ReadOnlySpan<T> x)
    {
        var (a, b) = TGradient.Apply(x[0], x[1]);
        return [a, b];
    }
}

sealed class Gradient3<TFormula, TGradient>() : GradientInfo(typeof(TGradient))
    where TFormula : IFormula3
    where TGradient : IGradient3<TFormula>
{
    public override T[] Apply<T>(ReadOnlySpan<T> x)
    {
        var (a, b, c) = TGradient.Apply(x[0], x[1], x[2]);
        return [a, b, c];
    }
}

sealed class Gradient4<TFormula, TGradient>() : GradientInfo(typeof(TGradient))
    where TFormula : IFormula4
    where TGradient : IGradient4<TFormula>
{
    public override T[] Apply<T>(ReadOnlySpan<T> x)
    {
        var (a, b, c, d) = TGradient.Apply(x[0], x[1], x[2], x[3]);
        return [a, b, c, d];
    }
}
