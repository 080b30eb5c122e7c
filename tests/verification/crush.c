/* TestU01 (L'Ecuyer & Simard 2007, doi 10.1145/1268776.1268777) on 32-bit words from standard input.

     cc -O2 tests/verification/crush.c -I$TESTU01/include -L$TESTU01/lib -ltestu01 -lprobdist -lmylib -lm -o crush
     python tests/verification/streams.py episode | ./crush small [reversed]
     python tests/verification/streams.py person | ./crush 70     test 70 of Crush ten times, on ten parts of the stream
*/
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bbattery.h"
#include "swrite.h"
#include "unif01.h"

#define MOST_TESTS 200 /* more than any battery has */

static int backwards;

static unsigned int word(void) {
  uint32_t x;
  if (fread(&x, sizeof x, 1, stdin) != 1) {
    fputs("the stream ended before the battery did\n", stderr);
    exit(2);
  }
  if (!backwards) return x;
  uint32_t y = 0;
  for (int i = 0; i < 32; i++) y |= ((x >> i) & 1u) << (31 - i);
  return y;
}

int main(int n, char **arguments) {
  if (n < 2) {
    fputs("usage: crush small|medium|TEST [reversed]\n", stderr);
    return 2;
  }
  backwards = n > 2 && !strcmp(arguments[2], "reversed");
  swrite_Basic = FALSE;
  unif01_Gen *stream = unif01_CreateExternGenBits("standard input", word);
  if (!strcmp(arguments[1], "small")) bbattery_SmallCrush(stream);
  else if (!strcmp(arguments[1], "medium")) bbattery_Crush(stream);
  else {
    int times[1 + MOST_TESTS] = {0};
    times[atoi(arguments[1]) % (1 + MOST_TESTS)] = 10;
    bbattery_RepeatCrush(stream, times);
  }
  unif01_DeleteExternGenBits(stream);
  return 0;
}
