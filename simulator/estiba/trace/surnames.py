"""Words for invented container names: adjectives, and surnames of people who advanced science and
engineering.
"""

ADJECTIVES = tuple(
    """admiring adoring agile amazing ample awesome bold boring brave bright busy calm careful
    charming cheerful
    clever compassionate competent confident cool crisp curious daring dazzling determined diligent
    dreamy eager
    earnest ecstatic elastic elated elegant eloquent epic exciting fearless fervent festive
    flamboyant focused
    friendly frosty funny gallant generous gentle gifted glad goofy gracious great happy hardy
    heuristic hopeful
    humble hungry infallible inspiring intelligent interesting jolly jovial keen kind laughing
    loving lucid magical
    merry mighty modest musing mystifying naughty neat nervous nice nifty nostalgic objective
    optimistic patient
    peaceful pensive practical priceless quirky quizzical recursing relaxed reverent romantic
    serene sharp silly
    sleepy stoic strange sweet tender thirsty trusting unruffled upbeat vibrant vigilant vigorous
    wizardly wonderful
    xenodochial youthful zealous zen""".split()
)

SURNAMES = tuple(
    """agnesi albattani allen almeida archimedes ardinghelli aryabhata austin babbage banach banzai
    bardeen bartik
    bassi beaver bell benz bhabha bhaskara black blackburn blackwell bohr booth borg bose bouman
    boyd brahmagupta
    brattain brown buck burnell cannon cajal carson cartwright carver cerf chandrasekhar chaplygin
    chatelet
    chatterjee chaum chebyshev clarke cohen colden cori cray curie curran darwin davinci dewdney
    dhawan diffie
    dijkstra dirac driscoll dubinsky easley echeverria edison einstein elbakyan elgamal elion ellis
    engelbart euclid
    euler faraday feistel fermat fermi feynman franklin gagarin galileo galois ganguly gates gauss
    germain goldberg
    goldstine goldwasser golick goodall gould greider grothendieck haibt hamilton haslett hawking
    heisenberg hellman
    hermann herschel hertz heyrovsky hodgkin hofstadter hoover hopper hugle hypatia ibarra ishizaka
    jackson jang
    jemison jennings jepsen johnson joliot jones kalam kapitsa kare keldysh keller kepler khayyam
    khorana kilby kirch
    knuth kowalevski lalande lamarr lamport leakey leavitt lederberg lehmann lewin lichterman
    liskov lovelace lumiere
    mahavira margulis matsumoto maxwell mayer mccarthy mcclintock mclaren mclean mcnulty meitner
    mendel mendeleev
    meninsky merkle mestorf mirzakhani montalcini moore morse moser murdock napier nash neumann
    newton nightingale
    nobel noether northcutt noyce ochoa panini pare pascal pasteur payne perlman pike poincare
    poitras proskuriakova
    ptolemy raman ramanujan rhodes ride ritchie robinson roentgen rosalind rubin saha salas sammet
    sanderson satoshi
    shamir shannon shaw shirley shockley shtern sinoussi snyder solomon spence stonebraker
    sutherland swanson swartz
    swirles taussig tesla tharp thompson torvalds tu turing varahamihira vaughan villani
    visvesvaraya volhard
    wescoff wilbur wiles williams williamson wilson wing wozniak wright wu yalow yonath
    zhukovsky""".split()
)
