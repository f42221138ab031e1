namespace Hybrid.Formulas;

/// <summary>An expression on its way to LaTeX: what a handle of <see cref="Tex"/> stands for.</summary>
abstract record TexNode
{
    /// <summary>How tightly a printed expression holds together, loosest first.</summary>
    protected enum Binding
    {
        Sum,
        Product,
        Call,
        Atom,
    }

    public sealed record Symbol(string Text) : TexNode;

    public sealed record Number(double Value) : TexNode;

    public sealed record Negative(TexNode Of) : TexNode;

    public sealed record Sum(TexNode Left, TexNode Right) : TexNode;

    public sealed record Product(TexNode Left, TexNode Right) : TexNode;

    public sealed record Fraction(TexNode Top, TexNode Bottom) : TexNode;

    public sealed record Power(TexNode Base, int Exponent) : TexNode;

    public sealed record Exponential(TexNode Of) : TexNode;

    public sealed record Call(string Name, params TexNode[] Arguments) : TexNode
    {
        public bool Equals(Call? other) =>
            other is not null && Name == other.Name && Arguments.AsSpan().SequenceEqual(other.Arguments);

        public override int GetHashCode() => Name.GetHashCode();
    }

    public sealed record Wrapped(string Open, TexNode Of, string Close) : TexNode;

    public sealed record Cases(TexNode A, TexNode B, TexNode Then, TexNode Otherwise) : TexNode;

    public static TexNode Constant(double value) =>
        double.IsNegative(value) && value != 0 ? new Negative(new Number(-value)) : new Number(value);

    public static TexNode Negate(TexNode x) => x is Negative n ? n.Of : new Negative(x);

    /// <summary>a + b; with a negative first term and a positive second one, b − |a|.</summary>
    public static TexNode Add(TexNode a, TexNode b) =>
        a is Negative && b is not Negative && !StartsNegative(b) ? new Sum(b, a) : new Sum(a, b);

    /// <summary>a·b + c, written c + a·b where c is a plain symbol: μ + σε.</summary>
    public static TexNode Fma(TexNode a, TexNode b, TexNode c) =>
        c is Symbol ? Add(c, Multiply(a, b)) : Add(Multiply(a, b), c);

    static bool StartsNegative(TexNode x) => x is Negative || (x is Sum s && StartsNegative(s.Left));

    /// <summary>Signs to the front, numbers before symbols, equal factors as powers, reciprocals as fractions.</summary>
    public static TexNode Multiply(TexNode a, TexNode b)
    {
        if (a is Negative left) return Negate(Multiply(left.Of, b));
        if (b is Negative right) return Negate(Multiply(a, right.Of));
        if (b is Number n && a is not Number) return Multiply(n, a);
        if (a is Number { Value: 1 }) return b;
        if (TexNumber.Reciprocal(a) is { } bottom) return new Fraction(b, new Symbol(bottom));
        if (a is not Number && b is Product { Left: Number } product)
            return Multiply(product.Left, Multiply(a, product.Right));
        if (a is Product { Right: var last } && b is not Product && SamePower(last, b) is { } square)
            return new Product(((Product)a).Left, square);
        return SamePower(a, b) ?? new Product(a, b);
    }

    static TexNode? SamePower(TexNode a, TexNode b)
    {
        if (a is Number) return null;
        if (a is Power p && p.Base == b) return new Power(b, p.Exponent + 1);
        return a == b ? new Power(a, 2) : null;
    }

    public static TexNode Divide(TexNode a, TexNode b) => (a, b) switch
    {
        (Negative n, _) => Negate(Divide(n.Of, b)),
        (_, Negative n) => Negate(Divide(a, n.Of)),
        _ => new Fraction(a, b),
    };

    public string Print() => Layout(this).Text;

    static (string Text, Binding Binding) Layout(TexNode node) => node switch
    {
        Symbol s => (s.Text, Binding.Atom),
        Number n => (TexNumber.Print(n.Value), Binding.Atom),
        Negative n => ("-" + At(n.Of, Binding.Product), Binding.Sum),
        Sum s => (Layout(s.Left).Text + Following(s.Right), Binding.Sum),
        Product p => (Juxtaposed(At(p.Left, Binding.Product), At(p.Right, Binding.Product)), Binding.Product),
        Fraction f => ($@"\frac{{{Layout(f.Top).Text}}}{{{Layout(f.Bottom).Text}}}", Binding.Product),
        Power { Base: Call c } p => (TexNumber.Applied($"{c.Name}^{p.Exponent}", List(c)), Binding.Call),
        Power p => ($"{At(p.Base, Binding.Atom)}^{p.Exponent}", Binding.Call),
        Exponential e => ($"e^{{{Inline(e.Of)}}}", Binding.Call),
        Call c => (TexNumber.Applied(c.Name, List(c)), Binding.Call),
        Wrapped w => (w.Open + Layout(w.Of).Text + w.Close, Binding.Atom),
        Cases c => ($@"\begin{{cases}} {Layout(c.Then).Text} & {Layout(c.A).Text} < {Layout(c.B).Text} \\ "
            + $@"{Layout(c.Otherwise).Text} & \text{{otherwise}} \end{{cases}}", Binding.Product),
        _ => throw new InvalidOperationException($"No LaTeX for {node.GetType().Name}."),
    };

    static string List(Call c) => string.Join(", ", c.Arguments.Select(a => Layout(a).Text));

    static string Following(TexNode term) => term switch
    {
        Negative n => " - " + At(n.Of, Binding.Product),
        Sum s when StartsNegative(s) => Following(s.Left) + Following(s.Right),
        _ => " + " + Layout(term).Text,
    };

    /// <summary>In an exponent a half is a slash: e^{ℓ/2}.</summary>
    static string Inline(TexNode node) => node switch
    {
        Negative n => "-" + Inline(n.Of),
        Product { Left: Number { Value: 0.5 } } p => At(p.Right, Binding.Call) + "/2",
        Fraction f => At(f.Top, Binding.Call) + "/" + At(f.Bottom, Binding.Call),
        _ => Layout(node).Text,
    };

    /// <summary>2x and x(…), but 2 · 3 and x y with a thin space.</summary>
    static string Juxtaposed(string left, string right)
    {
        if (char.IsAsciiDigit(right[0])) return left + @" \cdot " + right;
        var isNumeral = char.IsAsciiDigit(left[0]) || left.StartsWith(@"\tfrac", StringComparison.Ordinal);
        var isBracket = right[0] == '(' || right.StartsWith(@"\left", StringComparison.Ordinal);
        return left + (isBracket || (isNumeral && char.IsAsciiDigit(left[^1])) ? "" : @"\,") + right;
    }

    static string At(TexNode node, Binding least)
    {
        var (text, binding) = Layout(node);
        return binding >= least ? text : TexNumber.Parenthesised(text);
    }
}
