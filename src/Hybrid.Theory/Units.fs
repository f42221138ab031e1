namespace Hybrid.Theory

/// <summary>Information measured with the natural logarithm.</summary>
[<Measure>]
type nat

/// <summary>Information measured with the logarithm to base 2.</summary>
[<Measure>]
type bit

/// <summary>The two units of information; adding one to the other does not compile.</summary>
/// <remarks>
/// F# carries the unit in the type; it is erased in the assembly, so the compiled name that C# sees says it.
/// </remarks>
[<RequireQualifiedAccess>]
module Units =

    /// <summary>Bits in one nat: 1 / ln 2 = 1.4426950408889634 bit/nat.</summary>
    [<Literal>]
    let BitsPerNat = 1.4426950408889634<bit / nat>

    /// <summary>The same information in bits.</summary>
    [<CompiledName("BitsFromNats")>]
    let toBits (information: float<nat>) : float<bit> = information * BitsPerNat

    /// <summary>The same information in nats.</summary>
    [<CompiledName("NatsFromBits")>]
    let toNats (information: float<bit>) : float<nat> = information / BitsPerNat

    /// <summary>The information of one sample, spread over its dimensions, in bits per dimension.</summary>
    /// <exception cref="T:System.ArgumentException"><c>dimensions</c> is not positive.</exception>
    [<CompiledName("BitsPerDimFromNats")>]
    let toBitsPerDim (dimensions: int) (information: float<nat>) : float<bit> =
        if dimensions < 1 then
            invalidArg
                (nameof dimensions)
                $"dimensions is {dimensions}; give the number of values in one sample"

        toBits information / float dimensions
