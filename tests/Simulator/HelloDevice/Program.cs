using System;
using System.Threading;

namespace HelloDevice
{
    /// <summary>Three minutes of a board's life: a worker that dies, and a main thread that goes on.</summary>
    public static class Program
    {
        public static void Main()
        {
            Console.WriteLine("year " + DateTime.UtcNow.Year.ToString());
            Thread worker = new Thread(Work);
            worker.Start();
            worker.Join();
            Console.WriteLine("worker ended at " + Seconds());
            Thread.Sleep(60000);
            Console.WriteLine("main ended at " + Seconds());
        }

        private static void Work()
        {
            Thread.Sleep(60000);
            Console.WriteLine("worker works at " + Seconds());
            Thread.Sleep(60000);
            throw new InvalidOperationException("nothing catches this");
        }

        private static string Seconds()
        {
            return (nanoFramework.Hardware.Esp32.HighResTimer.GetCurrent() / 1000000).ToString();
        }
    }

    /// <summary>A main loop that never ends by itself.</summary>
    public static class EndlessProgram
    {
        public static void Main()
        {
            while (true)
            {
                Thread.Sleep(1000);
                Console.WriteLine("on");
            }
        }
    }
}
