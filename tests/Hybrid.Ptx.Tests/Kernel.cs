namespace Hybrid.Ptx.Tests;

/// <summary>Small kernels by hand, on memory by hand.</summary>
sealed class Kernel : IDisposable
{
    readonly GlobalMemory memory = new();

    /// <summary>
    /// A module whose kernel takes the address of <c>data</c> in %rd1 and has %r1 = %tid.x and %rd2 = %rd1 + 4·%r1.
    /// </summary>
    public static string Text(string body, string shared = "") => $$"""
        .version 8.0
        .target sm_90
        .address_size 64
        {{shared}}
        .visible .entry k(.param .u64 data)
        {
            .reg .pred %p<8>; .reg .b32 %r<32>; .reg .b64 %rd<8>; .reg .f32 %f<16>;
            ld.param.u64 %rd1, [data];
            mov.u32 %r1, %tid.x;
            mul.wide.u32 %rd2, %r1, 4;
            add.u64 %rd2, %rd1, %rd2;
        {{body}}
            ret;
        }
        """;

    public Counters Counters { get; private set; } = new();

    /// <summary>Runs one block of a body over words, and gives them back.</summary>
    public uint[] Run(string body, uint[] words, int threads = 32, string shared = "", int blocks = 1)
    {
        var address = memory.Allocate(4 * words.Length);
        words.CopyTo(memory.At<uint>(address, words.Length));
        Counters = Launch.Run(
            Program.Parse(Text(body, shared)), new(blocks), new(threads), BitConverter.GetBytes(address), memory,
            limit: 100_000);
        return memory.At<uint>(address, words.Length).ToArray();
    }

    public void Dispose() => memory.Dispose();
}
