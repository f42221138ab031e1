namespace Hybrid.Formulas;

// Dual numbers, or: how to differentiate a program by running it.
//
// Add to the real numbers a symbol ε with ε² = 0, as one adds i with i² = −1. A dual number is v + d·ε.
// Take f(x) = x² and run it on 3 + ε:
//
//     (3 + ε)² = 9 + 6·ε + ε² = 9 + 6·ε
//
// The first part is f(3) = 9, the second f′(3) = 6. Nobody differentiated anything; multiplication did:
//
//     (a + a′ε)(b + b′ε) = ab + (a′b + ab′)ε
//
// is the product rule. What holds for × holds for every smooth function, because a Taylor series stops
// after its first term when ε² = 0:
//
//     f(v + dε) = f(v) + f′(v)·d·ε
//
// So a lane needs one line per function, f(v) and f′(v)·d, and the chain rule follows by itself: d is
// whatever derivative came in. To get ∂f/∂x at (x, y), run f on x + ε and y + 0ε and read off d.
// Running it once per argument gives the gradient.
//
// There is no step size, so nothing cancels: the derivative is as exact as the arithmetic of T. Where a
// function has a kink (|x|, min, max, a choice) the derivative is that of the branch taken.
//
// Two things a dual lane is not. It is not reverse mode: n arguments cost n runs, so it is the oracle for
// gradients and not their engine. And it is not free: IEEE forbids dropping 0·x, so constants drag
// products with 0 along. The shipped gradients are closed forms, tested against Dual<F64>.

/// <summary>v + d·ε with ε² = 0: a value and its derivative in one direction.</summary>
/// <remarks>Clifford 1873; for programs: Wengert 1964. The comment above this type explains it.</remarks>
/// <param name="v">The value.</param>
/// <param name="d">The derivative of the value: 1 for the argument one differentiates by, else 0.</param>
public readonly struct Dual<T>(T v, T d) : ILane<Dual<T>>
    where T : unmanaged, ILane<T>
{
    public readonly T V = v, D = d;

    /// <summary>v + ε: the argument one differentiates by.</summary>
    public static Dual<T> Variable(T v) => new(v, T.Const(1));

    /// <summary>v + 0·ε: every other argument.</summary>
    public static Dual<T> Fixed(T v) => new(v, T.Const(0));

    public static Dual<T> Const(double value) => Fixed(T.Const(value));

    public static Dual<T> operator +(Dual<T> a, Dual<T> b) => new(a.V + b.V, a.D + b.D);

    public static Dual<T> operator -(Dual<T> a, Dual<T> b) => new(a.V - b.V, a.D - b.D);

    public static Dual<T> operator -(Dual<T> a) => new(-a.V, -a.D);

    #region product-rule
    /// <summary>(ab)′ = a′b + ab′.</summary>
    public static Dual<T> operator *(Dual<T> a, Dual<T> b) => new(a.V * b.V, T.Fma(a.D, b.V, a.V * b.D));
    #endregion

    /// <summary>(a/b)′ = (a′ − (a/b)·b′) / b.</summary>
    public static Dual<T> operator /(Dual<T> a, Dual<T> b)
    {
        var ratio = a.V / b.V;
        return new(ratio, T.Fma(-ratio, b.D, a.D) / b.V);
    }

    public static Dual<T> Fma(Dual<T> a, Dual<T> b, Dual<T> c) =>
        new(T.Fma(a.V, b.V, c.V), T.Fma(a.D, b.V, T.Fma(a.V, b.D, c.D)));

    /// <summary>√x′ = 1/(2√x).</summary>
    public static Dual<T> Sqrt(Dual<T> x)
    {
        var root = T.Sqrt(x.V);
        return new(root, x.D / (root + root));
    }

    /// <summary>|x|′ = −1 below 0, 1 above, and 0 at 0.</summary>
    public static Dual<T> Abs(Dual<T> x)
    {
        var zero = T.Const(0);
        var above = T.WhereLess(zero, x.V, x.D, zero);
        return new(T.Abs(x.V), T.WhereLess(x.V, zero, -x.D, above));
    }

    public static Dual<T> Min(Dual<T> a, Dual<T> b) => WhereLess(a, b, a, b);

    public static Dual<T> Max(Dual<T> a, Dual<T> b) => WhereLess(b, a, a, b);

    public static Dual<T> WhereLess(Dual<T> a, Dual<T> b, Dual<T> then, Dual<T> otherwise) =>
        new(T.WhereLess(a.V, b.V, then.V, otherwise.V), T.WhereLess(a.V, b.V, then.D, otherwise.D));

    /// <summary>(e^x)′ = e^x.</summary>
    public static Dual<T> Exp(Dual<T> x)
    {
        var y = T.Exp(x.V);
        return new(y, y * x.D);
    }

    /// <summary>(e^x − 1)′ = e^x.</summary>
    public static Dual<T> Expm1(Dual<T> x) => new(T.Expm1(x.V), T.Exp(x.V) * x.D);

    /// <summary>(log x)′ = 1/x.</summary>
    public static Dual<T> Log(Dual<T> x) => new(T.Log(x.V), x.D / x.V);

    /// <summary>(log(1 + x))′ = 1/(1 + x).</summary>
    public static Dual<T> Log1p(Dual<T> x) => new(T.Log1p(x.V), x.D / (x.V + T.Const(1)));

    /// <summary>(tanh x)′ = 1 − tanh² x = 4·σ(2x)·σ(−2x): the product keeps its digits where tanh x ≈
    /// ±1.</summary>
    public static Dual<T> Tanh(Dual<T> x)
    {
        var twice = x.V + x.V;
        return new(T.Tanh(x.V), T.Const(4) * T.Sigmoid(twice) * T.Sigmoid(-twice) * x.D);
    }

    /// <summary>σ(x)′ = σ(x)·σ(−x).</summary>
    public static Dual<T> Sigmoid(Dual<T> x)
    {
        var y = T.Sigmoid(x.V);
        return new(y, y * T.Sigmoid(-x.V) * x.D);
    }

    /// <summary>(log(1 + e^x))′ = σ(x).</summary>
    public static Dual<T> Softplus(Dual<T> x) => new(T.Softplus(x.V), T.Sigmoid(x.V) * x.D);

    /// <summary>(erf x)′ = 2/√π · e^(−x²).</summary>
    public static Dual<T> Erf(Dual<T> x) =>
        new(T.Erf(x.V), T.Const(1.1283791670955126) * T.Exp(-(x.V * x.V)) * x.D);

    /// <summary>(sin 2πx)′ = 2π cos 2πx.</summary>
    public static Dual<T> SinTurn(Dual<T> x) => new(T.SinTurn(x.V), T.Const(Math.Tau) * T.CosTurn(x.V) * x.D);

    /// <summary>(cos 2πx)′ = −2π sin 2πx.</summary>
    public static Dual<T> CosTurn(Dual<T> x) =>
        new(T.CosTurn(x.V), T.Const(-Math.Tau) * T.SinTurn(x.V) * x.D);
}
