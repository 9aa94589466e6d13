using CsCheck;

namespace LumenLink.Tests.Rendezvous.Query.Abuse;

/// <summary>Everything random of a run, from one seed: the same seed makes the same requests in one order.</summary>
internal sealed class Dice(ulong seed)
{
    private readonly PCG random = new(1, seed);

    public T Draw<T>(Gen<T> of) => of.Generate(random, null, out _);

    public int Number(int least, int most) => Draw(Gen.Int[least, most]);

    public bool OneIn(int many) => Number(1, many) == 1;

    public T Pick<T>(IReadOnlyList<T> of) => of[Number(0, of.Count - 1)];
}
